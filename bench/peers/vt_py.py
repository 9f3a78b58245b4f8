"""Every line of a list through VirusTotal's own library, four at a time. Prints a status a line.

Wants: LIST, URL (with /api/v3), KEY, and VT_PY, the path of a checkout of vt-py; aiohttp as Debian has it.
"""

import asyncio
import os
import sys

sys.path.insert(0, os.environ["VT_PY"])
import vt  # noqa: E402


async def main() -> None:
    host = os.environ["URL"].removesuffix("/api/v3")
    places = asyncio.Semaphore(4)
    async with vt.Client(os.environ["KEY"], host=host) as client:

        async def ask(ip: str) -> None:
            async with places:
                try:
                    await client.get_object_async(f"/ip_addresses/{ip}")
                    print(200)
                except vt.error.APIError as error:
                    print(error.code)
                except Exception as error:  # whatever else ends a look-up
                    print(type(error).__name__)

        with open(os.environ["LIST"], encoding="utf-8") as lines:
            await asyncio.gather(*(ask(line.strip()) for line in lines if line.strip()))


asyncio.run(main())
