from django.urls import path

from sla.policies.views import draft, excel, history, matrix, matrix_rows, policy_list

urlpatterns = [
    path("policies/", policy_list.policies, name="policies"),
    path("policies/new/", policy_list.new, name="policy-new"),
    path("policies/<int:pk>/", matrix.policy, name="policy"),
    path("policies/<int:pk>/name/", policy_list.rename, name="policy-rename"),
    path("policies/<int:pk>/archive/", policy_list.archive, name="policy-archive"),
    path("policies/<int:pk>/edit/", draft.edit, name="policy-edit"),
    path("policies/<int:pk>/cell/", matrix.cell, name="policy-cell"),
    path("policies/<int:pk>/save/", matrix.save, name="policy-save"),
    path("policies/<int:pk>/effect/", matrix.effect_sentence, name="policy-effect"),
    path("policies/<int:pk>/rows/", matrix_rows.add, name="policy-rows"),
    path("policies/<int:pk>/rows/<slug:row>/", matrix_rows.options, name="policy-row"),
    path("policies/<int:pk>/rows/<slug:row>/remove/", matrix_rows.remove, name="policy-row-remove"),
    path("policies/<int:pk>/copy-from/", matrix_rows.copy_from, name="policy-copy-from"),
    path("policies/<int:pk>/discard/", draft.discard, name="policy-discard"),
    path("policies/<int:pk>/put-back/", draft.put_back, name="policy-put-back"),
    path("policies/<int:pk>/publish/", draft.publish, name="policy-publish"),
    path("policies/<int:pk>/excel/", excel.excel, name="policy-excel"),
    path("policies/<int:pk>/excel/take/", excel.take, name="policy-excel-take"),
    path("policies/<int:pk>/excel/matrix.xlsx", excel.excel_file, name="policy-excel-file"),
    path("policies/<int:pk>/history/", history.history, name="policy-history"),
    path("policies/<int:pk>/versions/<int:number>/", history.version, name="policy-version"),
]
