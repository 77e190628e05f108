#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SQLite's shell, cross-built: locking, journals, memory-mapped files, sorting, a few hundred thousand rows."""
from build import sqlite
from programs import Workshop, require

shop = Workshop()
SQLITE = sqlite(shop)
folder = shop.fresh_folder("sqlite")

script = b"""
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, value REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 200000)
INSERT INTO t SELECT i, 'name ' || (i * 7919 % 200003), i / 3.0 FROM n;
CREATE INDEX by_name ON t(name);
SELECT count(*), sum(id), round(avg(value), 3) FROM t;
SELECT name FROM t ORDER BY name DESC LIMIT 3;
PRAGMA integrity_check;
"""
out = shop.run(SQLITE, "data.db", cwd=folder, stdin=script).stdout.decode().split("\r\n")
require(out[0] == "200000|20000100000|33333.5", f"sums are right: {out[0]!r}")
require(out[4] == "ok", f"the database is whole: {out!r}")

shop.run(SQLITE, "data.db", "PRAGMA journal_mode=wal; PRAGMA mmap_size=268435456; UPDATE t SET value = value + 1 WHERE id % 2;", cwd=folder)
again = shop.run(SQLITE, "data.db", "SELECT round(sum(value), 1) FROM t;", cwd=folder).stdout.strip()
require(again == b"6666800000.0", f"the update is there in the next process: {again!r}")

dump = shop.run(SQLITE, "data.db", ".dump", cwd=folder).stdout
shop.run(SQLITE, "copy.db", cwd=folder, stdin=dump)
require(shop.run(SQLITE, "copy.db", "SELECT count(*) FROM t WHERE name LIKE 'name 1%';", cwd=folder).stdout
        == shop.run(SQLITE, "data.db", "SELECT count(*) FROM t WHERE name LIKE 'name 1%';", cwd=folder).stdout, "a dump makes the same database")

wrong = shop.run(SQLITE, "data.db", "SELECT nonsense FROM t;", cwd=folder, expect=1)
require(b"no such column" in wrong.stdout + wrong.stderr, "an error is told")
print("sqlite3.exe fills, queries, updates, dumps and reads databases")
