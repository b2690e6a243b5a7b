import Glibc
import JSON
import Testing

/// The command line as a person and as a script meet it.
@Suite struct CommandLineTests {
    @Test(arguments: ["serve", "simulate", "import", "read"])
    func everyCommandHasHelp(_ command: String) throws {
        let (status, output, _) = try commline([command, "--help"])
        #expect(status == 0)
        #expect(output.contains("usage: commline \(command)"))
        #expect(output.contains("--help"))
    }

    @Test func theOverviewNamesEveryCommand() throws {
        let (status, output, _) = try commline(["--help"])
        #expect(status == 0)
        for command in ["serve", "simulate", "import", "read"] {
            #expect(output.contains("  \(command) "), "\(output)")
        }
    }

    @Test func aMistakeIsNamedAndTheExitCodeTells() throws {
        for arguments in [
            ["raed"], ["read"], ["serve", "--dta", "x"], ["simulate", "dlms", "--count"],
        ] {
            let (status, output, errors) = try commline(arguments)
            #expect(status == 2, "\(arguments)")
            #expect(output.isEmpty)
            #expect(!errors.isEmpty)
        }
    }

    @Test func readPrintsATableOfReadings() throws {
        let scratch = try Scratch()
        let meters = try SimulatedMeters(count: 1, in: scratch)
        let host = try HostUnderTest(in: scratch)
        let serial = meters.lines[0].serialNumber
        let file = try scratch.file("configuration.json", Configuration(meters.lines).bytes)
        let access = ["--server", host.url, "--login", "admin", "--password", "hesadmin"]

        let imported = try commline(["import", file] + access)
        #expect(imported.status == 0, "\(imported.errors)")
        let (status, output, errors) = try commline(["read", serial] + access)
        #expect(status == 0 || status == 5, "\(errors)")
        for word in ["A+", "R-", "TOTAL", "T1", "+03:00"] {
            #expect(output.contains(word), "\(word) in \(output)")
        }
        #expect(!output.contains("\u{1B}"), "no escape sequences where nobody watches")

        let unknown = try commline(["read", "999"] + access)
        #expect(unknown.status != 0)
        #expect(unknown.errors.contains("999"))
        withExtendedLifetime(meters) {}
    }

    @Test func aServerThatIsNotThereHasAnExitCodeOfItsOwn() throws {
        let (status, _, errors) = try commline(
            ["read", "1", "--server", "http://127.0.0.1:1", "--token", "x"])
        #expect(status == 3)
        #expect(errors.contains("127.0.0.1:1"))
    }

    @Test func servingEndsInOrderWhenAsked() throws {
        let host = try HostUnderTest(in: try Scratch())
        host.child.signal(SIGTERM)
        #expect(try host.child.finish(within: .seconds(20)).status == 0)
    }

    private func commline(
        _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let child = try Child(Workplace.commline, arguments, in: try Scratch())
        let (status, output) = try child.finish()
        return (status, output, child.errors)
    }
}
