/// The settings of a channel or a protocol, or the attributes of a device: JSON text, kept as given.
///
/// The characters are never rewritten, because an export gives them back as they were imported. They
/// may hold passwords: the store seals them, and printing the value shows none of it.
package struct SettingsText: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    package var text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { "(sealed settings)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
