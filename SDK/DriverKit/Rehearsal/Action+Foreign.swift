import CCommline
import Values

// What a plugin hands over with its actions, read strictly: what a host would refuse throws.

extension Sending {
    init(_ pointer: UnsafePointer<commline_send>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_send>.size else {
            throw BorderError("a struct of \(size) bytes")
        }
        let send = pointer.pointee
        let bytes = Array(send.bytes.buffer)
        guard bytes.count == Int(send.bytes.size) else { throw BorderError("no bytes") }
        var secrets: [Range<Int>] = []
        for index in 0..<Int(send.secret_count) {
            guard let range = send.secrets?[index] else { throw BorderError("no secrets") }
            let end = Int(range.offset) + Int(range.size)
            guard end <= bytes.count else { throw BorderError("a secret behind the end") }
            secrets.append(Int(range.offset)..<end)
        }
        self.init(
            bytes: bytes, flags: SendFlags(rawValue: send.flags), secrets: secrets,
            peer: try Record.text(send.peer, "peer"))
    }
}

extension Outcome {
    init(_ pointer: UnsafePointer<commline_outcome>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_outcome>.size else {
            throw BorderError("a struct of \(size) bytes")
        }
        let outcome = pointer.pointee
        guard let stage = Stage(rawValue: outcome.stage) else {
            throw BorderError("stage \(outcome.stage)")
        }
        self.init(
            item: outcome.item, stage: stage, code: try ErrorCode.crossing(outcome.code),
            detail: outcome.detail, message: try Message.crossing(outcome.message),
            command: outcome.request_id)
    }
}

extension Child {
    init(_ pointer: UnsafePointer<commline_child>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_child>.size else {
            throw BorderError("a struct of \(size) bytes")
        }
        let child = pointer.pointee
        _ = try Record.object(child.json)
        self.init(
            number: child.number, serial: try Record.text(child.serial, "serial"),
            type: try Record.text(child.type, "type"),
            address: try Record.text(child.address, "address"),
            facts: try Record.text(child.json, "facts"))
    }
}

extension LineParameters {
    init(_ pointer: UnsafePointer<commline_line>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_line>.size else {
            throw BorderError("a struct of \(size) bytes")
        }
        let line = pointer.pointee
        guard (300...921_600).contains(line.baud), (7...8).contains(line.data_bits),
            let parity = Parity(rawValue: line.parity), (1...2).contains(line.stop_bits)
        else { throw BorderError("parameters out of range") }
        self.init(
            baud: Int(line.baud), dataBits: line.data_bits, parity: parity,
            stopBits: line.stop_bits)
    }
}

extension ErrorCode {
    /// Reads a code that crossed the border.
    static func crossing(_ code: commline_code) throws(BorderError) -> ErrorCode {
        guard let result = ErrorCode(rawValue: code) else { throw BorderError("code \(code)") }
        return result
    }
}
