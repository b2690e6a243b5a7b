import JSON
import Testing

/// The bench of the store tells what it measured.
@Suite struct BenchStoreTests {
    @Test func printsRowsBytesAndTheTimeOfAQuery() throws {
        let scratch = try Scratch()
        let data = try scratch.folder("bench") + "/data"
        let child = try Child(
            Workplace.commline,
            [
                "bench", "store", "--data", data, "--meters", "20", "--rows", "20000", "--queries",
                "5",
            ], in: scratch)
        let (status, output) = try child.finish()
        #expect(status == 0, "\(child.errors)")
        let answer = try JSONValue(parsing: output.utf8)
        // Whole days of 20 meters with 192 rows each.
        let rows = answer["rows"]?.int ?? 0
        #expect(rows >= 20_000 && rows % 192 == 0)
        #expect(answer["rowsPerSecond"]?.int ?? 0 > 0)
        #expect(answer["bytesPerRow"]?.double ?? 1_000 <= 30)
        #expect(answer["queryRows"]?.int ?? 0 > 48)
        #expect(answer["queryMilliseconds"]?["p99"]?.double ?? 0 > 0)
    }
}
