// Pages for customers and for signing in work without scripts; this only makes them nicer.
import "./dialogs.js";
import "./times.js";
import "./toasts.js";
