import Access
import JSON

extension Shape {
    /// Compares a value with the shape.
    ///
    /// - Parameters:
    ///   - value: What the caller sent.
    ///   - use: Whether it is a whole thing or a part of one.
    ///   - pointer: Where the value stands in the body.
    /// - Returns: Everything that is wrong, in the order of the body; empty when nothing is.
    func issues(
        in value: JSONValue, as use: ShapeUse, at pointer: JSONPointer = JSONPointer()
    ) -> [Issue] {
        switch (self, value) {
        case (.anything, _): return []
        case (.nullable, .null): return []
        case (.nullable(let shape), _): return shape.issues(in: value, as: use, at: pointer)
        case (.text(let length), .string(let text)):
            return length.contains(text.unicodeScalars.count)
                ? [] : [.body(pointer, .length(length))]
        case (.form(let form), .string(let text)):
            return form.accepts(text) ? [] : [.body(pointer, form.complaint)]
        case (.choice(let symbols), .string(let text)):
            return symbols.contains(text) ? [] : [.body(pointer, .allowed(symbols))]
        case (.integer(let range), .number(let number)):
            guard let integer = number.int64, range.contains(integer) else {
                return [.body(pointer, .whole(range))]
            }
            return []
        case (.number(let range), .number(let number)):
            return range.contains(number.double) ? [] : [.body(pointer, .number(range))]
        case (.flag, .bool): return []
        case (.list(let element, let count), .array(let elements)):
            return Self.issues(of: elements, element, count, use, pointer)
        case (.map(let shape), .object(let object)):
            return object.flatMap { name, value in
                shape.issues(in: value, as: use, at: pointer.appending(name))
            }
        case (.object(let shape), .object(let object)):
            return shape.issues(in: object, as: use, at: pointer)
        default:
            return [.body(pointer, kindPhrase)]
        }
    }

    private static func issues(
        of elements: [JSONValue], _ element: Shape, _ count: ClosedRange<Int>, _ use: ShapeUse,
        _ pointer: JSONPointer
    ) -> [Issue] {
        guard count.contains(elements.count) else {
            return [
                .body(
                    pointer,
                    Phrase(
                        "Допустимое число элементов: \(count.lowerBound)–\(count.upperBound).",
                        "Expected \(count.lowerBound) to \(count.upperBound) elements."))
            ]
        }
        return elements.enumerated().flatMap { index, value in
            element.issues(in: value, as: use, at: pointer.appending(index))
        }
    }

    /// What kind of value the shape wants.
    private var kindPhrase: Phrase {
        switch self {
        case .text, .form, .choice: Phrase("Ожидается текст.", "Expected text.")
        case .integer(let range): .whole(range)
        case .number(let range): .number(range)
        case .flag: Phrase("Ожидается true или false.", "Expected true or false.")
        case .list: Phrase("Ожидается массив.", "Expected an array.")
        case .object, .map: Phrase("Ожидается объект.", "Expected an object.")
        case .nullable(let shape):
            Phrase(
                shape.kindPhrase.ru.dropPeriod + " или null.",
                shape.kindPhrase.en.dropPeriod + " or null.")
        case .anything: Phrase("Ожидается значение.", "Expected a value.")
        }
    }
}

extension ObjectShape {
    /// Compares an object with the shape.
    func issues(in object: JSONObject, as use: ShapeUse, at pointer: JSONPointer) -> [Issue] {
        var issues: [Issue] = []
        let known = use == .output ? outputs : inputs
        for (name, value) in object {
            if let field = known.first(where: { $0.name == name }) {
                issues += field.shape.issues(in: value, as: use, at: pointer.appending(name))
            } else {
                issues.append(.body(pointer.appending(name), unknown(name, known)))
            }
        }
        guard use == .input else { return issues }
        for field in known where field.isRequired && object[field.name] == nil {
            issues.append(
                .body(
                    pointer.appending(field.name),
                    Phrase("Обязательное поле отсутствует.", "A required member is missing.")))
        }
        return issues
    }

    private func unknown(_ name: String, _ known: [Field]) -> Phrase {
        if fields.contains(where: { $0.name == name }) {
            return Phrase("Поле только для чтения.", "The member is read only.")
        }
        let names = known.map(\.name).joined(separator: ", ")
        return Phrase(
            "Неизвестное поле. Известны: \(names).", "An unknown member. Known ones: \(names).")
    }
}

extension Phrase {
    fileprivate static func length(_ range: ClosedRange<Int>) -> Phrase {
        Phrase(
            "Длина текста — от \(range.lowerBound) до \(range.upperBound) символов.",
            "The text must have \(range.lowerBound) to \(range.upperBound) characters.")
    }

    fileprivate static func whole(_ range: ClosedRange<Int64>) -> Phrase {
        Phrase(
            "Ожидается целое число от \(range.lowerBound) до \(range.upperBound).",
            "Expected a whole number from \(range.lowerBound) to \(range.upperBound).")
    }

    fileprivate static func number(_ range: ClosedRange<Double>) -> Phrase {
        Phrase(
            "Ожидается число от \(range.lowerBound) до \(range.upperBound).",
            "Expected a number from \(range.lowerBound) to \(range.upperBound).")
    }
}

extension String {
    fileprivate var dropPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
