"""What customers know a brand by, changed by those who look after it."""

from django.conf import settings

from accounts.models import Brand


def change_brand(brand: Brand, *, color: str, public_base_url: str) -> list[str]:
    """Store the colour and the brand's own address; the names of what changed. The caller records it."""
    values = {"color": color, "public_base_url": public_base_url}
    changed = [name for name, value in values.items() if getattr(brand, name) != value]
    for name in changed:
        setattr(brand, name, values[name])
    if changed:
        brand.save(update_fields=changed)
    return changed


def public_address(brand: Brand, path: str) -> str:
    """The whole address of a page of the brand's help: at its own host, where that stands at the root, else at ours."""
    if not brand.public_base_url:
        return settings.PUBLIC_BASE_URL.rstrip("/") + path
    return brand.public_base_url.rstrip("/") + path.removeprefix(f"/help/{brand.slug}")
