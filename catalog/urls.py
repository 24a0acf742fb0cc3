"""Setup of the catalog: what clients can ask for, and what happens then."""

from django.urls import path

from catalog.editor import views as editor_views
from catalog.editor.links import views as link_views
from catalog.editor.preview import views as preview_views
from catalog.excel import views as excel_views
from catalog.models import Category, RequestType, Service
from catalog.service_tree import record_views, tree_views

app_name = "catalog"

urlpatterns = [
    path("", tree_views.catalog, name="catalog"),
    # /setup/catalog/categories/
    path("categories/new/", record_views.new, {"model": Category}, name="category-new"),
    path("categories/<int:pk>/", record_views.edit, {"model": Category}, name="category"),
    path("categories/<int:pk>/move/", tree_views.move, {"model": Category}, name="category-move"),
    path("categories/<int:pk>/archive/", tree_views.archive, {"model": Category}, name="category-archive"),
    path("categories/<int:pk>/delete/", record_views.delete, {"model": Category}, name="category-delete"),
    # /setup/catalog/services/
    path("services/new/", record_views.new, {"model": Service}, name="service-new"),
    path("services/<int:pk>/", record_views.edit, {"model": Service}, name="service"),
    path("services/<int:pk>/move/", tree_views.move, {"model": Service}, name="service-move"),
    path("services/<int:pk>/archive/", tree_views.archive, {"model": Service}, name="service-archive"),
    path("services/<int:pk>/copy/", tree_views.copy_service, name="service-copy"),
    path("services/<int:pk>/delete/", record_views.delete, {"model": Service}, name="service-delete"),
    # /setup/catalog/types/
    path("types/new/", record_views.new, {"model": RequestType}, name="type-new"),
    path("types/<int:pk>/", record_views.edit, {"model": RequestType}, name="type"),
    path("types/<int:pk>/form/", editor_views.edit, {"part": "form"}, name="type-form"),
    path("types/<int:pk>/form/preview/", preview_views.live, name="type-form-preview"),
    path("types/<int:pk>/approvals/", editor_views.edit, {"part": "approvals"}, name="type-approvals"),
    path("types/<int:pk>/plan/", editor_views.edit, {"part": "plan"}, name="type-plan"),
    path("types/<int:pk>/links/", link_views.edit, name="type-links"),
    path("types/<int:pk>/preview/", preview_views.preview, name="type-preview"),
    path("types/<int:pk>/move/", tree_views.move, {"model": RequestType}, name="type-move"),
    path("types/<int:pk>/archive/", tree_views.archive, {"model": RequestType}, name="type-archive"),
    path("types/<int:pk>/copy/", tree_views.copy_type, name="type-copy"),
    path("types/<int:pk>/delete/", record_views.delete, {"model": RequestType}, name="type-delete"),
    # /setup/catalog/excel/
    path("excel/", excel_views.excel, name="excel"),
    path("excel/take/", excel_views.take, name="excel-take"),
    path("excel/file/", excel_views.excel_file, name="excel-file"),
]
