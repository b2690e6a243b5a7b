import CCommline
import Values

/// Fills in why `open` refused, within the host's buffer.
///
/// - Returns: nil, for `open` to answer.
func refuse(
    _ error: UnsafeMutablePointer<commline_error>?, _ code: ErrorCode, _ text: String
) -> OpaquePointer? {
    guard let error, sizeOfStruct(error) >= MemoryLayout<commline_error>.size else { return nil }
    error.pointee.code = code.rawValue
    error.pointee.detail = 0
    let capacity = Int(error.pointee.text_capacity)
    guard let target = error.pointee.text, capacity > 0 else { return nil }
    // Cut between characters: half of one would be no UTF-8.
    var size = 0
    for character in text.unicodeScalars {
        let bytes = UTF8.encode(character).map(Array.init) ?? []
        guard size + bytes.count < capacity else { break }
        for byte in bytes {
            target[size] = CChar(bitPattern: byte)
            size += 1
        }
    }
    target[size] = 0
    return nil
}
