import Testing

@testable import Dispatching

@Suite struct TaskMessageTests {
    static func names(_ text: String) -> Set<Substring> {
        Set(text.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first })
    }

    @Test func everyTextNamesTheSameParametersInBothLanguages() {
        for message in TaskMessage.all {
            #expect(
                Self.names(message.russian) == Self.names(message.english), "\(message.id)")
            #expect(!message.russian.isEmpty && !message.english.isEmpty)
        }
        #expect(Set(TaskMessage.all.map(\.id)).count == TaskMessage.all.count)
    }
}
