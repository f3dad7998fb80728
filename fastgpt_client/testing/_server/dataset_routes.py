"""The routes of knowledge bases, with the versions that have them."""

from __future__ import annotations

from .endpoints import api_files, collections, dataset_files, dataset_rows, dataset_search, dataset_training, datasets
from .endpoints import collection_files as files
from .endpoints import collection_sources as sources
from .route import Route
from .versions import Since

__all__ = ["DATASET_ROUTES", "ORIGINALS"]

_ROOT = "/api/core/dataset"
_CREATE = f"{_ROOT}/collection/create"
_TRAINING = f"{_ROOT}/training"

DATASET_ROUTES: dict[str, Route] = {
    f"{_ROOT}/create": Route(datasets.create),
    f"{_ROOT}/folder/create": Route(datasets.create_folder, Since.DATASET_FOLDERS),
    f"{_ROOT}/list": Route(datasets.listing),
    f"{_ROOT}/listV2": Route(datasets.page, Since.DATASETS_V2),
    f"{_ROOT}/detail": Route(datasets.detail, in_query=True),
    f"{_ROOT}/update": Route(datasets.update),
    f"{_ROOT}/delete": Route(datasets.delete, in_query=True),
    f"{_ROOT}/batch/move": Route(datasets.batch_move, Since.DATASET_BATCH),
    f"{_ROOT}/batch/delete": Route(datasets.batch_delete, Since.DATASET_BATCH),
    f"{_ROOT}/data/getPermission": Route(datasets.permission, until=Since.DATASET_PERMISSION_PATH, in_query=True),
    f"{_ROOT}/getPermission": Route(datasets.permission, Since.DATASET_PERMISSION_PATH, in_query=True),
    "/api/support/wallet/usage/createTrainingUsage": Route(datasets.create_usage),
    f"{_ROOT}/collection/create": Route(sources.empty),
    f"{_ROOT}/createWithFiles": Route(dataset_files.create_with_files, Since.FILE_KEYS),
    f"{_CREATE}/fileId": Route(dataset_files.file_id),
    f"{_ROOT}/presignDatasetFilePostUrl": Route(dataset_files.presign, Since.FILE_KEYS, Since.FILE_PRESIGN_PATH),
    f"{_ROOT}/file/presignDatasetFilePostUrl": Route(dataset_files.presign, Since.FILE_PRESIGN_PATH),
    f"{_ROOT}/file/presignSearchTestImage": Route(dataset_files.presign_image, Since.SEARCH_IMAGES),
    "/api/common/file/presignTempFilePostUrl": Route(dataset_files.presign_temporary, Since.FILE_KEYS),
    f"{_CREATE}/text": Route(sources.text_file),
    f"{_CREATE}/link": Route(sources.link),
    f"{_CREATE}/localFile": Route(files.local_file),
    f"{_CREATE}/images": Route(files.images, Since.IMAGES_AND_TABLES),
    f"{_CREATE}/backup": Route(files.table, Since.IMAGES_AND_TABLES),
    f"{_CREATE}/template": Route(files.table, Since.IMAGES_AND_TABLES),
    f"{_CREATE}/apiCollection": Route(api_files.api_collection),
    f"{_CREATE}/apiCollectionV2": Route(api_files.api_collections, Since.API_COLLECTIONS),
    f"{_CREATE}/reTrainingCollection": Route(sources.retrain),
    "/api/proApi/core/dataset/collection/create/externalFileUrl": Route(sources.commercial),
    f"{_ROOT}/apiDataset/list": Route(api_files.api_files),
    f"{_ROOT}/apiDataset/listExistId": Route(api_files.api_file_ids, in_query=True),
    f"{_ROOT}/collection/list": Route(collections.old_list),
    f"{_ROOT}/collection/listV2": Route(collections.listing),
    f"{_ROOT}/collection/scrollList": Route(collections.scroll),
    f"{_ROOT}/collection/detail": Route(collections.detail, in_query=True),
    f"{_ROOT}/collection/update": Route(collections.update),
    f"{_ROOT}/collection/delete": Route(collections.delete),
    f"{_ROOT}/collection/sync": Route(collections.sync),
    f"{_ROOT}/collection/read": Route(collections.read),
    f"{_ROOT}/collection/export": Route(collections.export),
    f"{_ROOT}/data/pushData": Route(dataset_rows.push),
    f"{_ROOT}/data/insertData": Route(dataset_rows.insert),
    f"{_ROOT}/data/insertImages": Route(files.insert_images, Since.IMAGES_AND_TABLES),
    f"{_ROOT}/data/v2/list": Route(dataset_rows.listing),
    f"{_ROOT}/data/list": Route(dataset_rows.old_list),
    f"{_ROOT}/data/detail": Route(dataset_rows.detail, in_query=True),
    f"{_ROOT}/data/update": Route(dataset_rows.update),
    f"{_ROOT}/data/delete": Route(dataset_rows.delete, in_query=True),
    f"{_ROOT}/data/getQuoteData": Route(dataset_rows.quote),
    f"{_ROOT}/data/index/create": Route(dataset_rows.create_index, Since.DATA_INDEXES),
    f"{_ROOT}/data/index/update": Route(dataset_rows.update_index, Since.DATA_INDEXES),
    f"{_ROOT}/data/index/delete": Route(dataset_rows.delete_index, Since.DATA_INDEXES),
    f"{_ROOT}/searchTest": Route(dataset_search.search),
    f"{_ROOT}/file/getPreviewChunks": Route(sources.preview),
    f"{_ROOT}/file/getRawTextPreviewChunks": Route(sources.preview_text, Since.RAW_TEXT_PREVIEW),
    f"{_ROOT}/collection/trainingDetail": Route(dataset_training.detail, Since.TRAINING_DETAIL, in_query=True),
    f"{_TRAINING}/getDatasetTrainingQueue": Route(dataset_training.queue, in_query=True),
    f"{_TRAINING}/getTrainingError": Route(dataset_training.errors, Since.TRAINING_DETAIL),
    f"{_TRAINING}/getDatasetTrainingError": Route(dataset_training.dataset_errors, Since.TRAINING_STATUS),
    f"{_TRAINING}/hasDatasetTrainingError": Route(dataset_training.has_error, Since.TRAINING_STATUS, in_query=True),
    f"{_TRAINING}/getTrainingDataDetail": Route(dataset_training.data, Since.TRAINING_DETAIL),
    f"{_TRAINING}/updateTrainingData": Route(dataset_training.retry),
    f"{_TRAINING}/deleteTrainingData": Route(dataset_training.delete),
    f"{_TRAINING}/rebuildEmbedding": Route(dataset_training.rebuild),
}
ORIGINALS = "/api/system/file/collection/"
