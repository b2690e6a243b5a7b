import CSystem
import Glibc

/// A system call that failed, with the `errno` it gave.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The `errno`, for example `ECONNREFUSED`.
    package let code: Int32
    /// The call that failed, as its manual page is named: `connect`, `bind`.
    package let call: String

    package init(_ call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The symbol of the `errno`, for example `ECONNREFUSED`; its number when it has no symbol.
    package var symbol: String {
        guard let name = csys_error_symbol(code) else { return String(code) }
        return String(cString: name)
    }

    /// What happened, in the words of the C library, for example "Connection refused".
    package var reason: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return symbol }
            buffer.initialize(repeating: 0)
            guard strerror_r(code, start, buffer.count) == 0 else { return symbol }
            return String(cString: start)
        }
    }

    package var description: String { "\(call): \(reason) (\(symbol))" }

    /// Passes on the result of a `csys_` function, or throws when it is a negated `errno`.
    @discardableResult
    static func check(_ result: Int32, _ call: String) throws(SystemError) -> Int32 {
        guard result >= 0 else { throw SystemError(call, code: -result) }
        return result
    }
}
