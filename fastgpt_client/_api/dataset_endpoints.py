"""The server's operations on knowledge bases; `endpoints` has those on chats and apps.

Operations that create something are not retried if their outcome is unknown: no server detects duplicates.
"""

from __future__ import annotations

from fastgpt_client._http.request import Operation

__all__ = [
    "API_FILES",
    "API_FILE_IDS",
    "API_FILE_PATH",
    "COLLECTION",
    "COLLECTIONS",
    "CREATE_API_COLLECTION",
    "CREATE_API_COLLECTIONS",
    "CREATE_COLLECTION",
    "CREATE_DATASET",
    "CREATE_EXTERNAL_COLLECTION",
    "CREATE_FILE_COLLECTION",
    "CREATE_FILE_ID_COLLECTION",
    "CREATE_FOLDER",
    "CREATE_IMAGE_COLLECTION",
    "CREATE_INDEX",
    "CREATE_LINK_COLLECTION",
    "CREATE_TEXT_COLLECTION",
    "CREATE_USAGE",
    "CREATE_WITH_FILES",
    "DATA",
    "DATASET",
    "DATASETS",
    "DATASETS_OF_ANY_AGE",
    "DATASETS_V2",
    "DATASET_PERMISSION",
    "DATASET_TRAINING_ERRORS",
    "DATA_LIST",
    "DELETE_COLLECTION",
    "DELETE_DATA",
    "DELETE_DATASET",
    "DELETE_DATASETS",
    "DELETE_INDEX",
    "DELETE_TRAINING",
    "DOWNLOAD",
    "DOWNLOAD_TICKET",
    "EXPORT_COLLECTION",
    "HAS_TRAINING_ERROR",
    "INSERT_DATA",
    "INSERT_IMAGES",
    "MOVE_DATASETS",
    "PRESIGN_DATASET_FILE",
    "PRESIGN_SEARCH_IMAGE",
    "PRESIGN_TEMPORARY_FILE",
    "PREVIEW_CHUNKS",
    "PREVIEW_TEXT_CHUNKS",
    "PUSH_DATA",
    "QUOTE_DATA",
    "READ_COLLECTION",
    "REBUILD_EMBEDDING",
    "RETRAIN_COLLECTION",
    "RETRY_TRAINING",
    "SEARCH",
    "SYNC_COLLECTION",
    "TABLES",
    "TRAINING_DATA",
    "TRAINING_DETAIL",
    "TRAINING_ERRORS",
    "TRAINING_QUEUE",
    "UPDATE_COLLECTION",
    "UPDATE_DATA",
    "UPDATE_DATASET",
    "UPDATE_INDEX",
]


def _operation(
    method: str, *paths: str, idempotent: bool = True, raw: bool = False, since: str = "", root: str = "/api/core"
) -> Operation:
    found = tuple(f"{root}/{path}" for path in paths)
    return Operation(method, found, idempotent=idempotent, raw=raw, since=since, personal_key=True)


_KEYS_4_15 = "API keys can do this on FastGPT 4.15.0 and later"
_COMMERCIAL = "only the commercial edition supports it"

CREATE_DATASET = _operation("POST", "dataset/create", idempotent=False)
CREATE_FOLDER = _operation("POST", "dataset/folder/create", idempotent=False, since="requires FastGPT 4.9.7 or later")
CREATE_WITH_FILES = _operation(
    "POST", "dataset/createWithFiles", idempotent=False, since="requires FastGPT 4.14.3 or later"
)
DATASETS = _operation("POST", "dataset/list")
DATASETS_V2 = _operation("POST", "dataset/listV2", since="requires FastGPT 4.17.0 or later")
DATASETS_OF_ANY_AGE = _operation("POST", "dataset/listV2", "dataset/list")
DATASET = _operation("GET", "dataset/detail")
UPDATE_DATASET = _operation("PUT", "dataset/update", since=_KEYS_4_15)
DELETE_DATASET = _operation("DELETE", "dataset/delete")
DATASET_PERMISSION = _operation("GET", "dataset/getPermission", "dataset/data/getPermission")
_BATCH = "requires FastGPT 4.17.1 or later"
MOVE_DATASETS = _operation("POST", "dataset/batch/move", since=_BATCH)
DELETE_DATASETS = _operation("POST", "dataset/batch/delete", since=_BATCH)
CREATE_USAGE = _operation("POST", "support/wallet/usage/createTrainingUsage", idempotent=False, root="/api")

CREATE_COLLECTION = _operation("POST", "dataset/collection/create", idempotent=False)
CREATE_TEXT_COLLECTION = _operation("POST", "dataset/collection/create/text", idempotent=False)
CREATE_LINK_COLLECTION = _operation("POST", "dataset/collection/create/link", idempotent=False)
CREATE_FILE_COLLECTION = _operation("POST", "dataset/collection/create/localFile", idempotent=False)
CREATE_IMAGE_COLLECTION = _operation(
    "POST", "dataset/collection/create/images", idempotent=False, since="requires FastGPT 4.9.11 or later"
)
CREATE_FILE_ID_COLLECTION = _operation("POST", "dataset/collection/create/fileId", idempotent=False)
CREATE_EXTERNAL_COLLECTION = _operation(
    "POST", "dataset/collection/create/externalFileUrl", idempotent=False, since=_COMMERCIAL, root="/api/proApi/core"
)
# These two skip items that already exist.
CREATE_API_COLLECTION = _operation("POST", "dataset/collection/create/apiCollection")
CREATE_API_COLLECTIONS = _operation(
    "POST", "dataset/collection/create/apiCollectionV2", since="requires FastGPT 4.11 or later"
)
TABLES = {
    "template": _operation(
        "POST", "dataset/collection/create/template", idempotent=False, since="requires FastGPT 4.9.11 or later"
    ),
    "backup": _operation(
        "POST", "dataset/collection/create/backup", idempotent=False, since="requires FastGPT 4.9.10 or later"
    ),
}
RETRAIN_COLLECTION = _operation("POST", "dataset/collection/create/reTrainingCollection", idempotent=False)
COLLECTIONS = _operation("POST", "dataset/collection/listV2")
COLLECTION = _operation("GET", "dataset/collection/detail")
UPDATE_COLLECTION = _operation("PUT", "dataset/collection/update")
DELETE_COLLECTION = _operation("DELETE", "dataset/collection/delete")
SYNC_COLLECTION = _operation("POST", "dataset/collection/sync", idempotent=False)
READ_COLLECTION = _operation("POST", "dataset/collection/read")
EXPORT_COLLECTION = _operation("POST", "dataset/collection/export", raw=True)
_ARCHIVES = "requires FastGPT 4.17.1 or later"
DOWNLOAD_TICKET = _operation("POST", "dataset/collection/getDownloadTicket", since=_ARCHIVES)
# A ticket is valid for one download.
DOWNLOAD = _operation("GET", "dataset/collection/batchDownload", idempotent=False, raw=True, since=_ARCHIVES)
API_FILES = _operation("POST", "dataset/apiDataset/list")
API_FILE_IDS = _operation("GET", "dataset/apiDataset/listExistId")
API_FILE_PATH = _operation("POST", "dataset/apiDataset/getPathNames")

PRESIGN_DATASET_FILE = _operation("POST", "dataset/file/presignDatasetFilePostUrl", "dataset/presignDatasetFilePostUrl")
PRESIGN_SEARCH_IMAGE = _operation("POST", "dataset/file/presignSearchTestImage", since="requires FastGPT 4.15 or later")
PRESIGN_TEMPORARY_FILE = _operation(
    "POST", "common/file/presignTempFilePostUrl", since="requires FastGPT 4.14.3 or later", root="/api"
)

PUSH_DATA = _operation("POST", "dataset/data/pushData", idempotent=False)
INSERT_DATA = _operation("POST", "dataset/data/insertData", idempotent=False)
INSERT_IMAGES = _operation(
    "POST", "dataset/data/insertImages", idempotent=False, since="requires FastGPT 4.9.11 or later"
)
DATA_LIST = _operation("POST", "dataset/data/v2/list", "dataset/data/list")
DATA = _operation("GET", "dataset/data/detail")
UPDATE_DATA = _operation("PUT", "dataset/data/update")
DELETE_DATA = _operation("DELETE", "dataset/data/delete")
CREATE_INDEX = _operation("POST", "dataset/data/index/create", idempotent=False, since=_KEYS_4_15)
# The index gets a new ID: a retry would not find the old one.
UPDATE_INDEX = _operation("POST", "dataset/data/index/update", idempotent=False, since=_KEYS_4_15)
DELETE_INDEX = _operation("POST", "dataset/data/index/delete", since=_KEYS_4_15)
QUOTE_DATA = _operation("POST", "dataset/data/getQuoteData")

SEARCH = _operation("POST", "dataset/searchTest")
PREVIEW_CHUNKS = _operation("POST", "dataset/file/getPreviewChunks")
PREVIEW_TEXT_CHUNKS = _operation(
    "POST", "dataset/file/getRawTextPreviewChunks", since="requires FastGPT 4.16.0 or later"
)

_DETAIL = "API keys can read this on FastGPT 4.9.14 and later"
TRAINING_DETAIL = _operation("GET", "dataset/collection/trainingDetail", since=_DETAIL)
TRAINING_QUEUE = _operation("GET", "dataset/training/getDatasetTrainingQueue")
TRAINING_ERRORS = _operation("POST", "dataset/training/getTrainingError", since=_DETAIL)
DATASET_TRAINING_ERRORS = _operation("POST", "dataset/training/getDatasetTrainingError", since=_KEYS_4_15)
HAS_TRAINING_ERROR = _operation("GET", "dataset/training/hasDatasetTrainingError", since=_KEYS_4_15)
TRAINING_DATA = _operation("POST", "dataset/training/getTrainingDataDetail", since=_DETAIL)
RETRY_TRAINING = _operation("PUT", "dataset/training/updateTrainingData")
DELETE_TRAINING = _operation("POST", "dataset/training/deleteTrainingData")
REBUILD_EMBEDDING = _operation("POST", "dataset/training/rebuildEmbedding", idempotent=False)
