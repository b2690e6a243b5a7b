import Glibc
import JSON
import Testing

/// Backup, restore and the doctor as a person calls them, beside a running host and without one.
@Suite struct BackupCommandTests {
    @Test func aBackupOfARunningHostStartsAnother() throws {
        let scratch = try Scratch()
        let host = try HostUnderTest(in: scratch)
        let answer = try host.call(
            "POST", "/api/v1/devices", ["serialNumber": "4711", "type": "DT_CE307"])
        #expect(answer.status == 201, "\(answer.text)")
        let folder = try scratch.folder("copies")
        let made = try commline(
            ["backup", "--data", host.data, "--with-key", "--json", folder + "/one"])
        #expect(made.status == 0, "\(made.errors)")
        #expect(try JSONValue(parsing: made.output.utf8)["includesKey"] == true)
        let twice = try commline(["backup", "--data", host.data, folder + "/one"])
        #expect(twice.status == 1 && twice.errors.contains("there already"))

        let live = try commline(["doctor", "--data", host.data])
        #expect(live.status == 0, "\(live.output)")
        #expect(live.output.contains("a host works on it now"))
        let over = try commline(["restore", folder + "/one", "--data", host.data])
        #expect(over.status == 1 && over.errors.contains("there already"))

        let restored = try commline(["restore", folder + "/one", "--data", folder + "/data"])
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try commline(["doctor", "--data", folder + "/data"]).status == 0)
        let other = try HostUnderTest(in: scratch, data: folder + "/data")
        let list = try other.call("GET", "/api/v1/devices")
        #expect(list.text.contains("4711"))
    }

    @Test func theDoctorsExitCodeTells() throws {
        let scratch = try Scratch()
        let folder = try scratch.folder("empty")
        #expect(try commline(["doctor", "--data", folder + "/none"]).status == 2)
        let empty = try commline(["doctor", "--data", folder])
        #expect(empty.status == 1 && empty.output.contains("main.sqlite"))
    }

    private func commline(
        _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let child = try Child(Workplace.commline, arguments, in: try Scratch())
        let (status, output) = try child.finish()
        return (status, output, child.errors)
    }
}
