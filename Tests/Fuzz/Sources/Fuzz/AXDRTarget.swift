@testable import DLMS
import Wire

/// Data and messages of COSEM.
enum AXDRTarget {
    static func run(_ input: [UInt8]) {
        if let data = try? CosemData(decoding: input) {
            var writer = ByteWriter()
            data.encode(into: &writer)
            let again = try? CosemData(decoding: writer.bytes)
            Fuzz.insist(again == data, "data does not survive encoding: \(data)")
        }
        _ = try? ServerMessage(decoding: input)
        _ = try? ClientMessage(decoding: input)
        if let moment = CosemDateTime(bytes: Array(input.prefix(12))) { _ = (moment.year, moment) }
    }
}
