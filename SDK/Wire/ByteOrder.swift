/// The order in which the bytes of an integer travel.
public enum ByteOrder: Hashable, Sendable {
    /// Most significant byte first, the order of networks and of DLMS.
    case big
    /// Least significant byte first, the order of IEC 60870-5 and of many meters.
    case little
}
