"""Uploading, showing and handing out documents: originals as attachments, only re-drawn pictures inline."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.documents.acceptance import LIMITS
from qiying.kernel.documents.models import Audience, LetterNumber
from qiying.kernel.documents.pdf_drawing import NotDrawn, pdf_page_count, pdf_page_picture
from qiying.kernel.documents.previews import LARGE, THUMBNAIL, NoPreview, preview_image
from qiying.kernel.documents.selectors import document_for, letter_numbers_visible_to
from qiying.kernel.documents.services import document_read, draft_remove
from qiying.kernel.documents.uploads import draft_session, draft_store
from qiying.kernel.organisations.listing import Column, Filter, Listing, search
from qiying.kernel.organisations.pages import page, shell, visible_with
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.errors import GuardFailed
from qiying.ui.given import whole

PAGES_SHOWN = 30  # of a PDF; the rest is in the original

# Should a browser render it all the same: no scripts, no forms, no origin.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


LETTERS: Listing[LetterNumber] = Listing(
    name="letters",
    caption="发文登记簿",
    columns=[
        Column("字号", str, "number", ("year", "word", "number")),
        Column("标题", lambda n: n.title),
        Column("发文单位", lambda n: n.unit.label, "unit", ("unit__name",)),
        Column("取号时间", lambda n: n.taken_at, "taken", ("taken_at",)),
        Column("取号人", lambda n: n.taken_by.name if n.taken_by else ""),
        Column("作废", lambda n: n.voided_reason),
        Column("关联", lambda n: n.subject, in_page=False),
    ],
    filters=[
        search("标题", "title"),
        Filter("year", "年份", lambda rows, year: rows.filter(year=whole(year, most=9999) or 0)),
        Filter("word", "机关代字", lambda rows, word: rows.filter(word=word)),
    ],
    empty_title="还没有发过文",
    empty_text="交办函、催办函取了字号，就登记在这里。",
)


@visible_with("documents.letters", "documents.letters_all")
def letters(request: ViewerRequest) -> HttpResponse:
    """Show the register of letter numbers, to filter, sort and export."""
    context, workbook = LETTERS.respond(request, letter_numbers_visible_to(request.viewer))
    return workbook or page(request, "documents/letters.html", context)


@require_POST
def upload(request: ViewerRequest) -> HttpResponse:
    """Store one file as a draft and answer with its tile, or with the reason in its place."""
    kind = request.POST.get("kind", "")
    if kind not in LIMITS:
        raise Http404("没有这类文件")
    file = request.FILES.get("file")
    try:
        if file is None:
            raise GuardFailed(["没有收到文件。请重新选一个。"])
        limit = settings.QIYING_ENV.upload_limit_mb
        if (file.size or 0) > limit * 1024 * 1024:
            raise GuardFailed([f"文件太大，最大 {limit} MB。可以用手机拍一张传上来。"])
        document = draft_store(request, file, kind=kind, token=request.POST.get("token", ""))
    except GuardFailed as refused:
        return render(request, "documents/_refused.html", {"reasons": refused.reasons}, status=422)
    return render(request, "documents/_draft.html", {"document": document})


@require_POST
def remove(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Take back a draft; the tile's place becomes empty."""
    document = document_for(request.viewer, document_id, draft_session(request))
    draft_remove(document=document)
    return HttpResponse("")


@require_GET
@never_cache
def download(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Hand out the original as an attachment; a restricted one leaves an audit row."""
    document = document_for(request.viewer, document_id, draft_session(request))
    content = document_read(document)
    if document.audience == Audience.RESTRICTED:
        row_noted(
            request.viewer,
            "document_download",
            document,
            request.now,
            document=document.pk,
            commitment=document.commitment,
        )
    response = HttpResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response


@require_GET
def preview(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Show a picture drawn anew, without EXIF (`?size=thumb` or large), or a page of a PDF (`?page=2`)."""
    document = document_for(request.viewer, document_id, draft_session(request))
    if not (document.is_image or document.is_pdf):
        raise Http404("这份文件没有预览")
    page_number = min(whole(request.GET.get("page"), most=PAGES_SHOWN) or 1, PAGES_SHOWN)
    longest = THUMBNAIL if request.GET.get("size") == "thumb" else LARGE
    tag = f'"{document.blob_name[:16]}-{page_number if document.is_pdf else longest}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    try:
        if document.is_pdf:
            content, media_type = pdf_page_picture(document_read(document), page_number), "image/jpeg"
        else:
            content, media_type = preview_image(document_read(document), longest)
    except (NoPreview, NotDrawn):
        raise Http404("这份文件打不开，不能预览") from None
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    # Private: who may see it can change, so the browser asks again each time and is told 304.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = tag
    return response


@require_GET
def detail(request: ViewerRequest, document_id: int) -> HttpResponse:
    """Show what a document is, who gave it, and its picture or pages if it has them."""
    document = document_for(request.viewer, document_id, draft_session(request))
    context = {**shell(request), "document": document}
    if document.is_pdf:
        try:
            count = pdf_page_count(document_read(document))
            context |= {"pages": range(1, min(count, PAGES_SHOWN) + 1), "page_count": count}
        except NotDrawn as refused:
            context["not_drawn"] = str(refused)
    return render(request, "documents/detail.html", context)
