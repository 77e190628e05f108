#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real programs under page heap: they do their work, and nothing is reported that is not there."""
import subprocess

from build import sqlite
from programs import Workshop, require

shop = Workshop()
SQLITE = sqlite(shop)
folder = shop.fresh_folder("page_heap")
script = b"""
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 2000)
INSERT INTO t SELECT i, 'name ' || (i * 7919 % 2003) FROM n;
CREATE INDEX by_name ON t(name);
SELECT count(*), sum(id) FROM t;
SELECT name FROM t ORDER BY name DESC LIMIT 1;
PRAGMA integrity_check;
"""
for option in "--page-heap", "--page-heap=normal", "--page-heap=full,unaligned", "--gflags=+ust", "--gflags=+htc+hfc+hpc":
    result = subprocess.run([shop.oriel, option, SQLITE, ":memory:"], input=script, cwd=folder, capture_output=True, timeout=600)
    out = result.stdout.decode().replace("\r", "").split("\n")
    require(result.returncode == 0 and result.stderr == b"", f"nothing is wrong with {option}: {result.stderr.decode()[:2000]}")
    require(out[:3] == ["2000|2001000", "name 999", "ok"], f"the answers are right with {option}: {out}")
print("sqlite3.exe runs under page heap, stack traces and heap checks")
