// The desk's base: htmx with morphing, the kit's widgets, and our own small modules.
import htmx from "htmx.org";
window.htmx = htmx;
import "idiomorph/dist/idiomorph-ext.esm.js";
import "basecoat-css/basecoat";
import "basecoat-css/command";
import "basecoat-css/dropdown-menu";
import "basecoat-css/popover";
import "basecoat-css/tabs";
import "./copy.js";
import "./dialogs.js";
import "./requests.js";
import "./times.js";
import "./toasts.js";
import "./desk.js";
import "./article-picker.js";
import "./alerts.js";
import "./search.js";
import "./palette.js";
