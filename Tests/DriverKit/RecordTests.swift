import CCommline
import JSON
import Testing
import Values

@testable import DriverKit

@Suite struct RecordTests {
    static let records: [Record] = [
        .measurement(
            archive: "END_OF_DAY", quantity: "A+", tag: "T1",
            value: .decimal(Decimal(mantissa: -372_410, exponent: -2)),
            status: [.valid, .carry, Status(rawValue: 1 << 63)],
            time: Timestamp(milliseconds: 1_716_757_199_000, offsetMinutes: 180),
            intervalEnd: 1_716_757_200_000, child: "C1", item: 3),
        .measurement(
            archive: "CURRENT", quantity: "A+", tag: "TOTAL", value: .unsigned(.max), time: nil),
        .measurement(
            archive: "TELEMETRY", quantity: "DOORS", tag: "NONE", value: .bits(0b1010),
            status: [], time: Timestamp(milliseconds: -1, offsetMinutes: -210, flags: [.known])),
        .measurement(
            archive: "NETWORK", quantity: "NAME", tag: "NONE",
            value: .text(String(repeating: "длинный текст ", count: 20)), time: nil),
        .measurement(
            archive: "NETWORK", quantity: "U", tag: "NONE", value: nil, status: .absent, time: nil),
        .measurement(
            archive: "NETWORK", quantity: "U", tag: "NONE",
            value: .decimal(Decimal(mantissa: .min, exponent: -128)), time: nil),
        .event(
            journal: "VOLTAGE", type: "PHASE_LOST", code: .max,
            parameters: ["phase": 1, "text": "a\"b"], index: 0,
            time: Timestamp(
                milliseconds: 1, offsetMinutes: 0, flags: [.known, .summerTime, .invalid]),
            item: 0),
        .event(journal: "POWER", code: 0, time: nil),
        .state(archive: "INFORMATION", type: "SERIAL_NUMBER", value: "0123 \u{0}№"),
        .state(archive: "RELAY", type: "LOAD", value: ["state": true, "block": 0], item: 1),
        .state(archive: "TIME", type: "CLOCK", value: 12.50, child: "C2"),
        .state(archive: "STATE", type: "ALARMS", value: nil),
    ]

    @Test(arguments: records.indices)
    func crossesTheBorderUnchanged(_ index: Int) throws {
        let record = Self.records[index]
        var read: Result<Record, BorderError>?
        let status = record.withForeign { foreign in
            do throws(BorderError) {
                read = .success(try Record(&foreign))
            } catch {
                read = .failure(error)
            }
            return COMMLINE_OK
        }
        #expect(status == COMMLINE_OK)
        let copy = try #require(try read?.get())
        #expect(copy == record)
        // Equal numbers may have other digits: those have to be kept as well.
        #expect("\(copy)" == "\(record)")
    }

    @Test func keepsTheCommandThatARecordAnswers() throws {
        var record = Self.records[0]
        record.command = .max
        _ = record.withForeign { foreign in
            #expect(foreign.request_id == .max)
            return COMMLINE_OK
        }
    }

    @Test func leavesTimeAloneWhereThereIsNone() {
        _ = Self.records[1].withForeign { foreign in
            #expect(foreign.time_flags == 0 && foreign.time_ms == 0)
            #expect(foreign.item == COMMLINE_NO_ITEM && foreign.flags == 0)
            #expect(foreign.size == 176)
            return COMMLINE_OK
        }
    }

    @Test func refusesWhatIsNoRecord() {
        #expect(throws: BorderError.self) { try Record(nil) }
        let breaks: [(inout commline_record) -> Void] = [
            { $0.size = 175 }, { $0.kind = 0 }, { $0.kind = 4 }, { $0.value_kind = 6 },
            { $0.value_kind = COMMLINE_VALUE_JSON }, { $0.exponent = 128 }, { $0.exponent = -129 },
            { $0.archive.data = nil }, { $0.tag.size = COMMLINE_LIMIT_TEXT + 1 },
        ]
        for (index, breaking) in breaks.enumerated() {
            _ = Self.records[0].withForeign { foreign in
                breaking(&foreign)
                var record = foreign
                #expect(throws: BorderError.self, "\(index)") { try Record(&record) }
                return COMMLINE_OK
            }
        }
    }
}
