"""Each rule fires on what it forbids and is silent on what it allows."""

import unittest

import rules


def faults(rule, path, text, **others):
    return [sentence for _, _, sentence in rule({path: text, **others})]


class Floors(unittest.TestCase):
    def test_lower_rooms_and_the_own_room_are_open(self):
        text = '#include "net/http.hpp"\n#include "login/login.hpp"\n#include "base/time.hpp"\n#include <vector>\n'
        self.assertEqual(faults(rules.floors, "src/login/routes.cpp", text), [])

    def test_the_store_may_know_those_whose_ports_it_serves(self):
        text = '#include "login/ports.hpp"\n#include "identity/ports.hpp"\n#include "oidc/ports.hpp"\n'
        self.assertEqual(faults(rules.floors, "src/store/rows.cpp", text), [])

    def test_no_room_reaches_up(self):
        found = faults(rules.floors, "src/net/loop.cpp", '#include "login/login.hpp"\n')
        self.assertEqual(found, ["net may not include login, which does not stand below it"])

    def test_no_room_reaches_sideways(self):
        for room, other in (("login", "identity"), ("crypto", "ops"), ("store", "pages")):
            self.assertTrue(faults(rules.floors, f"src/{room}/x.cpp", f'#include "{other}/y.hpp"\n'), room)

    def test_the_room_is_always_named(self):
        self.assertTrue(faults(rules.floors, "src/net/loop.cpp", '#include "loop.hpp"\n'))

    def test_there_are_no_other_rooms(self):
        self.assertTrue(faults(rules.floors, "src/util/x.cpp", '#include "base/time.hpp"\n'))
        self.assertTrue(faults(rules.floors, "src/net/x.cpp", '  #  include "common/x.hpp"\n'))


class LibraryDoors(unittest.TestCase):
    def test_each_library_has_its_door(self):
        for path, header in (
            ("src/net/http_reader.cpp", "boost/beast/http/basic_parser.hpp"),
            ("src/net/tls.cpp", "openssl/ssl.h"),
            ("src/crypto/digest.cpp", "openssl/evp.h"),
            ("src/crypto/password.cpp", "sodium.h"),
            ("src/store/sqlite.cpp", "sqlite3.h"),
        ):
            self.assertEqual(faults(rules.library_doors, path, f"#include <{header}>\n"), [])

    def test_and_no_other(self):
        for path, header in (
            ("src/login/routes.cpp", "boost/beast/http/verb.hpp"),
            ("src/net/loop.cpp", "openssl/ssl.h"),
            ("src/identity/accounts.cpp", "sodium/crypto_pwhash.h"),
            ("src/main/main.cpp", "sqlite3.h"),
        ):
            self.assertTrue(faults(rules.library_doors, path, f"#include <{header}>\n"), path)


class BannedWords(unittest.TestCase):
    def test_none_gets_in(self):
        for word in rules.BANNED_WORDS:
            for path in ("src/net/loop.cpp", "web/src/a.ts", "tools/setup", "Makefile", "tests/CMakeLists.txt"):
                self.assertTrue(faults(rules.banned_words, path, f"// {word}: later\n"), path)

    def test_words_that_only_contain_one_do(self):
        self.assertEqual(faults(rules.banned_words, "src/a.cpp", f"{rules.BANNED_WORDS[2]}::chrono_literals;\n"), [])
        self.assertEqual(faults(rules.banned_words, "src/a.cpp", "METODO MAST" + "ODON\n"), [])


class FileSizes(unittest.TestCase):
    def test_the_limit_itself_is_allowed(self):
        self.assertEqual(faults(rules.file_sizes, "src/net/a.cpp", "\n" * rules.LINES_MAX), [])

    def test_one_line_more_is_not(self):
        for path in ("src/net/a.cpp", "web/src/a.ts"):
            self.assertTrue(faults(rules.file_sizes, path, "\n" * (rules.LINES_MAX + 1)), path)


class PragmaOnce(unittest.TestCase):
    def test_every_header_has_it(self):
        self.assertEqual(faults(rules.pragma_once, "src/a.hpp", "/// A.\n#pragma once\n"), [])
        self.assertTrue(faults(rules.pragma_once, "tests/a.hpp", "/// #pragma once is missing\n"))
        self.assertEqual(faults(rules.pragma_once, "src/a.cpp", ""), [])


class LockFiles(unittest.TestCase):
    def test_no_host_is_named(self):
        self.assertTrue(faults(rules.lock_files, "web/package-lock.json", '"resolved": "https://x/y.tgz"\n'))
        self.assertTrue(faults(rules.lock_files, "web/.npmrc", "registry=https://x/\n"))
        self.assertTrue(faults(rules.lock_files, "web/.npmrc", "//registry.example/:key=x\n"))

    def test_the_setting_against_it_and_a_maker_s_page_are_fine(self):
        self.assertEqual(faults(rules.lock_files, "web/.npmrc", "omit-lockfile-registry-resolved=true\n"), [])
        self.assertEqual(faults(rules.lock_files, "package-lock.json", '"url": "https://opencollective.com/x"\n'), [])


class Links(unittest.TestCase):
    def test_links_to_files_and_folders_resolve(self):
        text = "[a](docs/a.md#part) [b](docs) [c](https://x) [d](#here) [e](mailto:x@y) `[f](nowhere)`\n"
        self.assertEqual(faults(rules.links, "README.md", text, **{"docs/a.md": "[up](../README.md)\n"}), [])

    def test_a_link_to_nowhere_is_found(self):
        self.assertTrue(faults(rules.links, "docs/a.md", "see [b](b.md)\n"))
        self.assertTrue(faults(rules.links, "docs/a.md", "![picture](img/x.png 'title')\n"))


class PersonalPaths(unittest.TestCase):
    def test_none_is_committed(self):
        for home in ("home", "root"):
            self.assertTrue(faults(rules.personal_paths, "docs/a.md", f"run /{home}/ada/latchkey\n"))
            self.assertTrue(faults(rules.personal_paths, "a.json", f'"path":"/{home}/x"\n'))

    def test_our_own_page_is_no_such_path(self):
        self.assertEqual(faults(rules.personal_paths, "web/a.ts", "location.href = '/home'; // or src/home/page.ts\n"), [])


class AllRules(unittest.TestCase):
    def test_each_is_tested_here(self):
        tested = {name.lower() for name, thing in globals().items() if isinstance(thing, type)}
        for rule in rules.RULES:
            self.assertIn(rule.__name__.replace("_", ""), tested)


if __name__ == "__main__":
    unittest.main()
