import Testing
import Wire

@testable import DLMS

@Suite("COSEM date and time")
struct CosemDateTimeTests {
    @Test("reads the fields of a real request")
    func readsFields() throws {
        let time = try #require(
            CosemDateTime(bytes: try Hex.bytes("07E60C11060A1E02FF800000")))
        #expect(time.year == 2022)
        #expect(time.month == 12)
        #expect(time.day == 17)
        #expect(time.weekday == 6)
        #expect(time.hour == 10)
        #expect(time.minute == 30)
        #expect(time.second == 2)
        #expect(time.hundredths == nil)
        #expect(time.deviation == nil)
        #expect(time.status == [])
    }

    @Test("leaves every field open")
    func leavesFieldsOpen() throws {
        let open = CosemDateTime(
            year: nil, month: nil, day: nil, hour: nil, minute: nil, second: nil, status: nil)
        #expect(open.bytes.hex == "FFFFFFFFFFFFFFFFFF8000FF")
        #expect(open.year == nil && open.month == nil && open.day == nil && open.hour == nil)
        #expect(open.minute == nil && open.second == nil && open.hundredths == nil)
        #expect(open.deviation == nil && open.status == nil && open.weekday == nil)
    }

    @Test("reads deviation and status")
    func readsDeviationAndStatus() throws {
        // A capture in the standard: +420 for a meter in Novosibirsk.
        let positive = try #require(
            CosemDateTime(bytes: try Hex.bytes("07E00A1F01082E260101A481")))
        #expect(positive.deviation == 420)
        #expect(positive.status == [.invalid, .summerTime])
        let negative = try #require(
            CosemDateTime(bytes: try Hex.bytes("07E00A1F01082E2601FF4C00")))
        #expect(negative.deviation == -180)
    }

    @Test("knows the last days of a month")
    func knowsSpecialDays() {
        let last = CosemDateTime(
            year: 2026, month: 2, day: 0xFE, hour: 0, minute: 0, second: 0)
        #expect(last.specialDay == .lastOfMonth)
        let ordinary = CosemDateTime(year: 2026, month: 2, day: 28, hour: 0, minute: 0, second: 0)
        #expect(ordinary.specialDay == nil)
    }

    @Test("needs twelve bytes")
    func needsTwelveBytes() {
        #expect(CosemDateTime(bytes: []) == nil)
        #expect(CosemDateTime(bytes: Array(repeating: 0, count: 11)) == nil)
        #expect(CosemDateTime(bytes: Array(repeating: 0, count: 13)) == nil)
    }
}
