/// Why a calculation has no exact result that can be represented.
public enum ArithmeticError: Error, Hashable, Sendable {
    /// The result is too large.
    case overflow
    /// The result would need digits further behind the decimal point than can be kept.
    case inexact
}

extension ArithmeticError: CustomStringConvertible {
    /// The reason for people.
    public var description: String {
        switch self {
        case .overflow: "the result is too large to be kept exactly"
        case .inexact: "the result has more decimal places than can be kept exactly"
        }
    }
}
