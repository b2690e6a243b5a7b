import Testing

/// The reader of requests that drivers in C may use.
@Suite struct RequestReadingTests {
    /// Reads all that it can of a request, of each of its beginnings, and of it with each byte changed.
    private static let program = """
        #include "commline_json.h"
        #include <assert.h>
        #include <stdlib.h>

        static const char *const document =
            "{ \\"a\\\\\\"b\\" : 1, \\"items\\":[ {\\"number\\":7},{\\"number\\" : -12 , \\"q\\":[\\"A+\\",\\"{]\\"]} ],"
            "\\"protocol\\":{\\"settings\\":{\\"T\\":\\"250\\",\\"N\\":\\"x \\\\\\\\ y\\",\\"E\\":{},\\"B\\":true}}}";

        static void read_all(commline_text json) {
            commline_text value = {NULL, 0, 0};
            int64_t number = 0;
            char buffer[16];
            static const char *const paths[] = {"items", "protocol", "protocol/settings", "protocol/settings/T",
                                                "protocol/settings/N", "protocol/settings/E/x", "none", ""};
            for (unsigned index = 0; index < sizeof paths / sizeof *paths; index++) {
                if (!commline_json_find(json, paths[index], &value)) continue;
                assert(value.data >= json.data && value.data + value.size <= json.data + json.size);
                commline_json_integer(value, &number);
                commline_json_text(value, buffer, sizeof buffer);
                commline_json_is(value, "250");
                for (uint32_t place = 0; commline_json_element(value, place, &value); place++) {}
            }
        }

        int main(void) {
            commline_text json = {document, (uint32_t)strlen(document), 0};
            commline_text items, item, value;
            int64_t number = 0;
            char buffer[16];
            assert(commline_json_find(json, "items", &items));
            assert(commline_json_element(items, 0, &item) && commline_json_find(item, "number", &value));
            assert(commline_json_integer(value, &number) && number == 7);
            assert(commline_json_element(items, 1, &item) && commline_json_find(item, "number", &value));
            assert(commline_json_integer(value, &number) && number == -12);
            assert(commline_json_find(item, "q", &value) && commline_json_element(value, 1, &value));
            assert(commline_json_is(value, "{]"));
            assert(!commline_json_element(items, 2, &item));
            assert(commline_json_find(json, "protocol/settings/T", &value));
            assert(commline_json_integer(value, &number) && number == 250);
            assert(commline_json_find(json, "protocol/settings/N", &value));
            assert(commline_json_text(value, buffer, sizeof buffer) && strcmp(buffer, "x \\\\ y") == 0);
            assert(!commline_json_text(value, buffer, 4) && !commline_json_integer(value, &number));
            assert(!commline_json_find(json, "protocol/none", &value));
            assert(!commline_json_find(json, "a", &value));

            /* Copies of the exact size, so that a byte read beyond one is noticed. */
            for (uint32_t size = 0; size <= json.size; size++) {
                for (uint32_t place = 0; place <= size; place++) {
                    for (unsigned change = 0; change < 3; change++) {
                        char *copy = (char *)malloc(size == 0 ? 1 : size);
                        commline_text changed = {copy, size, 0};
                        memcpy(copy, document, size);
                        if (place < size) copy[place] = "\\"{\\\\"[change];
                        read_all(changed);
                        free(copy);
                    }
                }
            }
            return 0;
        }

        """

    @Test(arguments: [("gcc", "c99"), ("gcc", "c11"), ("g++", "c++17")])
    func readsRequestsAndNothingBeyond(_ compiler: String, _ standard: String) throws {
        try Tool.withFolder { folder in
            let source = folder + (compiler == "gcc" ? "/test.c" : "/test.cpp")
            try Tool.write(Self.program, to: source)
            let compiled = try Tool.run([
                compiler, "-std=\(standard)", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic",
                "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover", "-I",
                Tool.include, "-I", Tool.root + "/SDK/C", "-o", folder + "/test", source,
            ])
            #expect(compiled.status == 0, "\(compiled.output)")
            let result = try Tool.run([folder + "/test"])
            #expect(result.status == 0, "\(result.output)")
        }
    }
}
