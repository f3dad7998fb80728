"""Serve a folder to a dataset of the type "API file": `uvicorn library:app`.

The dataset's baseUrl is /files on this server, and its authorization is LIBRARY_TOKEN.
"""

import os

from starlette.applications import Starlette
from starlette.routing import Mount

from fastgpt_client.web import DirectoryLibrary, FileLibraryApp

library = FileLibraryApp(
    DirectoryLibrary(os.environ.get("LIBRARY_FOLDER", ".")),
    authorization=os.environ["LIBRARY_TOKEN"],
    secret=os.environ.get("LIBRARY_SECRET"),
    public_url=os.environ.get("LIBRARY_URL"),  # its address for people, such as https://files.example.com/files
)
app = Starlette(routes=[Mount("/files", library)])
