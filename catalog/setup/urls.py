"""Setup of the catalog: what clients can ask for, and what happens then."""

from django.urls import path

from catalog.models import Category, RequestType, Service
from catalog.setup.views import editor, excel, links, preview, records, tree

app_name = "catalog"

urlpatterns = [
    path("", tree.catalog, name="catalog"),
    # /setup/catalog/categories/
    path("categories/new/", records.new, {"model": Category}, name="category-new"),
    path("categories/<int:pk>/", records.edit, {"model": Category}, name="category"),
    path("categories/<int:pk>/move/", tree.move, {"model": Category}, name="category-move"),
    path("categories/<int:pk>/archive/", tree.archive, {"model": Category}, name="category-archive"),
    path("categories/<int:pk>/delete/", records.delete, {"model": Category}, name="category-delete"),
    # /setup/catalog/services/
    path("services/new/", records.new, {"model": Service}, name="service-new"),
    path("services/<int:pk>/", records.edit, {"model": Service}, name="service"),
    path("services/<int:pk>/move/", tree.move, {"model": Service}, name="service-move"),
    path("services/<int:pk>/archive/", tree.archive, {"model": Service}, name="service-archive"),
    path("services/<int:pk>/copy/", tree.copy_service, name="service-copy"),
    path("services/<int:pk>/delete/", records.delete, {"model": Service}, name="service-delete"),
    # /setup/catalog/types/
    path("types/new/", records.new, {"model": RequestType}, name="type-new"),
    path("types/<int:pk>/", records.edit, {"model": RequestType}, name="type"),
    path("types/<int:pk>/form/", editor.edit, {"part": "form"}, name="type-form"),
    path("types/<int:pk>/form/preview/", preview.live, name="type-form-preview"),
    path("types/<int:pk>/approvals/", editor.edit, {"part": "approvals"}, name="type-approvals"),
    path("types/<int:pk>/plan/", editor.edit, {"part": "plan"}, name="type-plan"),
    path("types/<int:pk>/links/", links.edit, name="type-links"),
    path("types/<int:pk>/preview/", preview.preview, name="type-preview"),
    path("types/<int:pk>/move/", tree.move, {"model": RequestType}, name="type-move"),
    path("types/<int:pk>/archive/", tree.archive, {"model": RequestType}, name="type-archive"),
    path("types/<int:pk>/copy/", tree.copy_type, name="type-copy"),
    path("types/<int:pk>/delete/", records.delete, {"model": RequestType}, name="type-delete"),
    # /setup/catalog/excel/
    path("excel/", excel.excel, name="excel"),
    path("excel/take/", excel.take, name="excel-take"),
    path("excel/file/", excel.excel_file, name="excel-file"),
]
