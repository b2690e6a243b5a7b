/// Why the rules of a time zone cannot be had.
public enum TimeZoneError: Error, Hashable, Sendable {
    /// The text is neither an offset such as `+03:00` nor a name such as `Europe/Moscow`.
    case invalidName(String)
    /// There is no zone of this name.
    case unknownZone(String)
    /// The database of zones is not installed; the Debian package to install is named.
    case databaseMissing(directory: String, package: String)
    /// The zone's file cannot be read; `errno` is from the failing system call.
    case unreadable(String, errno: Int32)
    /// The zone's file is not what RFC 9636 says; the text names the rule.
    case malformed(String)
}

extension TimeZoneError: CustomStringConvertible {
    /// The error as a sentence for people.
    public var description: String {
        switch self {
        case .invalidName(let name):
            "\"\(name)\" is not a time zone; write a name such as Europe/Moscow or an offset such "
                + "as +03:00"
        case .unknownZone(let name): "there is no time zone \"\(name)\""
        case .databaseMissing(let directory, let package):
            "\(directory) does not exist; install the Debian package \(package)"
        case .unreadable(let name, let errno):
            "the rules of the time zone \"\(name)\" cannot be read (error \(errno))"
        case .malformed(let rule): "the rules of the time zone are damaged: \(rule)"
        }
    }
}
