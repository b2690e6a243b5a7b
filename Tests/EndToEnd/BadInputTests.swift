import Glibc
import JSON
import Testing

/// What goes wrong with a meter and its line: the journal says what, nothing false is stored, and the
/// host goes on.
@Suite struct BadInputTests {
    /// One thing that goes wrong.
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var meter: [String] = []
        var settings: [String: String] = [:]
        /// The code of the task, as the registry names it.
        var code: String
        /// What the journal must speak of, in any of these words.
        var words: [String]
    }

    static let fatal: [Case] = [
        Case(
            testDescription: "a wrong password, high level",
            settings: ["DLMS_PASSWORD": "8765432187654321"], code: "authentication",
            words: ["password", "DLMS_PASSWORD", "authentication"]),
        Case(
            testDescription: "a wrong password, low level",
            settings: ["DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": "00000000"],
            code: "authentication", words: ["password", "DLMS_PASSWORD", "authentication"]),
        Case(
            testDescription: "a wrong address", meter: ["--physical", "4000"],
            settings: ["DLMS_PHYSICAL_SERVER": "4001"], code: "timeout",
            words: ["address", "DLMS_PHYSICAL_SERVER", "no answer"]),
        Case(
            testDescription: "silence from the first frame", meter: ["--fault", "silent:1"],
            code: "timeout", words: ["no answer", "did not answer", "silent"]),
        Case(
            testDescription: "silence in the middle", meter: ["--fault", "silent:6"],
            code: "timeout", words: ["no answer", "did not answer", "silent"]),
        Case(
            testDescription: "a connection closed in the middle of a frame",
            meter: ["--fault", "close:7"], code: "transport",
            words: ["closed", "connection", "middle of a frame"]),
        Case(
            testDescription: "frames that are all damaged", meter: ["--fault", "bad-fcs:1"],
            code: "timeout", words: ["check sequence", "checksum", "FCS", "damaged"]),
    ]

    @Test(arguments: fatal)
    func endsWithAMessageThatSaysWhatWasWrong(_ wrong: Case) throws {
        let (host, run, held) = try read(wrong, [["archive": "CURRENT"], ["state": "TIME"]])
        #expect(run.result == "error")
        #expect(run.tasks.first?["code"]?.string == wrong.code)
        let journal = try host.journal(of: run)
        #expect(
            wrong.words.contains { journal.lowercased().contains($0.lowercased()) }, "\(journal)")
        #expect(run.statistic("error") == 1)
        for reading in try host.measurements() {
            #expect(Quantity(reading).map(held.contains) == true, "not the meter's: \(reading)")
        }
        #expect(try host.call("GET", "/healthz", token: "").status == 200)
    }

    @Test func aReplyToAnEarlierRequestIsNotTakenForTheAnswer() throws {
        for arguments in [["--fault", "stale:9"], ["--wrapper", "--fault", "stale:6"]] {
            var wrong = Case(testDescription: "", meter: arguments, code: "", words: [])
            if arguments.contains("--wrapper") { wrong.settings = ["DLMS_TRANSPORT": "wrapper"] }
            let (host, run, held) = try read(wrong, [["archive": "CURRENT"]])
            let journal = try host.journal(of: run)
            #expect(run.result == "partial" || run.result == "success", "\(journal)")
            #expect(Set(try host.measurements().compactMap(Quantity.init)) == held)
        }
    }

    @Test func anUnknownObjectCostsOnlyItself() throws {
        let meter = ["--without", "1.0.2.8.0.255", "--without", "0.0.96.1.8.255"]
        let wrong = Case(testDescription: "", meter: meter, code: "", words: [])
        let (host, run, held) = try read(wrong, [["archive": "CURRENT"], ["state": "TIME"]])
        #expect(run.result == "partial")
        let readings = try host.measurements()
        #expect(readings.count == held.count - 1)
        #expect(!readings.contains { $0.key.quantity == "A-" && $0.key.tag == "TOTAL" })
        let task = try host.expect(200, "GET", "/api/v1/tasks/\(run.tasks[0]["id"]?.string ?? "")")
        let codes = task["items"]?.array?.compactMap { $0["outcome"]?["code"]?.string } ?? []
        #expect(codes.contains("object_undefined"))
    }

    @Test func aValueThatIsNoNumberIsNotStored() throws {
        let wrong = Case(
            testDescription: "", meter: ["--fault", "text-energy"], code: "", words: [])
        let (host, run, _) = try read(wrong, [["archive": "CURRENT"]])
        #expect(run.result == "partial" || run.result == "error")
        let readings = try host.measurements()
        #expect(!readings.contains { $0.key.quantity == "R+" })
        #expect(readings.contains { $0.key.quantity == "R-" })
        #expect(try host.journal(of: run).contains("1.0.3.8.0.255"))
    }

    @Test func aRowWithoutItsLastColumnsIsNotGuessedAt() throws {
        let wrong = Case(testDescription: "", meter: ["--fault", "short-row"], code: "", words: [])
        let (host, run, _) = try read(wrong, [["archive": "END_OF_DAY", "depth": 60]])
        #expect(run.result == "partial" || run.result == "error")
        let moments = Set(try host.measurements().map(\.key.time))
        #expect(moments.count < 44, "the broken row is left out")
        #expect(!(try host.journal(of: run)).isEmpty)
    }

    @Test func aProfileWithoutAColumnLacksOnlyThatQuantity() throws {
        let wrong = Case(
            testDescription: "", meter: ["--fault", "lost-columns"], code: "", words: [])
        let (host, run, _) = try read(wrong, [["archive": "END_OF_DAY", "depth": 60]])
        #expect(run.result == "partial" || run.result == "success")
        let quantities = Set(try host.measurements().map(\.key.quantity))
        #expect(quantities == ["A+", "R+", "R-"])
    }

    @Test func settingsOfAWrongTypeAreRefusedWhereTheyStand() throws {
        let host = try HostUnderTest(in: try Scratch())
        let body: JSONValue = [
            "name": "p", "type": "PROTO_DLMS",
            "settings": ["DLMS_AUTHENTICATION": "High", "DLMS_RESEND_COUNT": "three"],
        ]
        let answer = try host.call("POST", "/api/v1/protocols", body)
        #expect(answer.status == 422 || answer.status == 400)
        #expect(answer.text.contains("DLMS_RESEND_COUNT"), "\(answer.text)")
        #expect(try host.list("/api/v1/protocols").isEmpty)
    }

    @Test(arguments: ["", "{", "[1,", "not json", "{\"a\":1,\"a\":2}", "{\"name\": \"\u{1}\"}"])
    func aBodyThatIsNoJSONIsAnsweredWithWhereItBreaks(_ text: String) throws {
        let host = try HostUnderTest(in: try Scratch())
        let answer = try host.call("POST", "/api/v1/channels", bytes: Array(text.utf8))
        #expect(answer.status == 400)
        #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        #expect(try answer.json()["code"]?.string?.isEmpty == false)
        #expect(try host.list("/api/v1/channels").isEmpty)
    }

    /// Reads a meter with something wrong about it.
    ///
    /// - Returns: The host, the run at its end, and every current energy that the meter holds.
    private func read(
        _ wrong: Case, _ what: JSONValue
    ) throws -> (HostUnderTest, FinishedRun, Set<Quantity>) {
        let scratch = try Scratch()
        let meter = try SpodesMeter(wrong.meter, in: scratch)
        let host = try HostUnderTest(in: scratch)
        var line = Configuration.Line(port: meter.port)
        let hasAddress = wrong.settings["DLMS_PHYSICAL_SERVER"] != nil
        line.protocol = [
            "DLMS_WAIT_TIME": "300ms", "DLMS_RESEND_COUNT": "2",
            "DLMS_PHYSICAL_ADDRESS_RULE": hasAddress ? "explicit" : "none",
        ].merging(wrong.settings) { $1 }
        try host.importing(Configuration([line]))
        let run = try host.read([Configuration.device(0)], what)
        let energies = meter.truth["energies"]?.array ?? []
        let held = energies.compactMap { Quantity($0["value"]?.string, $0["unit"]?.string) }
        return (host, run, Set(held))
    }
}
