"""Finding customers: the list."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.models import Customer

PAGE = 50


@login_required
@require_GET
def customer_list(request: HttpRequest) -> HttpResponse:
    customers = Customer.objects.visible_to(request.user).living().order_by("-id")[:PAGE]
    return render(request, "customers/list.html", {"area": "customers", "customers": customers})
