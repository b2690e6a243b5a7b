import HTTP
import JSON
import Testing

@testable import API
@testable import Access

@Suite struct OpenAPITests {
    private let document = OpenAPIDocument.make(endpoints: API.endpoints, version: "1.2.3")

    /// All operations with the paths they stand under.
    private var operations: [(path: String, method: String, operation: JSONValue)] {
        (document["paths"]?.object ?? [:]).flatMap { path, item in
            (item.object ?? [:]).filter { $0.key != "parameters" }.map { (path, $0.key, $0.value) }
        }
    }

    private func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.flatMap { name, value in
                name == "$ref" ? [value.string ?? ""] : references(in: value)
            }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }

    @Test func describesEveryRoute() {
        #expect(operations.count == API.endpoints.count)
        #expect(document["openapi"] == "3.1.1")
    }

    @Test func resolvesEveryReference() throws {
        for reference in references(in: document) {
            #expect(reference.hasPrefix("#/"))
            let pointer = try #require(JSONPointer(String(reference.dropFirst())))
            #expect(document[pointer] != nil, "\(reference)")
            #expect(document[pointer] != .null, "\(reference)")
        }
    }

    @Test func declaresEveryPathParameter() {
        for (path, item) in document["paths"]?.object ?? [:] {
            let declared = (item["parameters"]?.array ?? []).compactMap { $0["name"]?.string }
            #expect(declared == PathPattern(path).parameterNames, "\(path)")
        }
        for endpoint in API.endpoints {
            for name in endpoint.pattern.parameterNames {
                #expect(PathParameter(rawValue: name) != nil, "\(name)")
            }
        }
    }

    @Test func givesEveryOperationItsOwnName() {
        let names = operations.compactMap { $0.operation["operationId"]?.string }
        #expect(names.count == operations.count)
        #expect(Set(names).count == names.count)
    }

    @Test func saysWhoMayCall() {
        for endpoint in API.endpoints {
            let found = operations.first { $0.operation["operationId"]?.string == endpoint.form.id }
            let security = found?.operation["security"]?.array
            #expect(security?.isEmpty == (endpoint.requirement == .open), "\(endpoint.form.id)")
            #expect(
                found?.operation["x-permissions"]?.array?.count
                    == endpoint.requirement.permissions.count)
        }
    }

    @Test func makesSchemasThatCompile() throws {
        let components = try #require(document["components"]?["schemas"]?.object)
        #expect(components["Device"] != nil)
        #expect(components["DeviceInput"] != nil)
        #expect(components["DevicePatch"] != nil)
        // Two shapes of one name would hide each other.
        #expect(components.count > 60)
    }

    @Test func namesEachShapeOnce() {
        var shapes: [String: [String]] = [:]
        func collect(_ shape: Shape) {
            switch shape {
            case .object(let object):
                let fields = object.fields.map(\.name)
                if let name = object.name {
                    #expect(shapes[name] == nil || shapes[name] == fields, "\(name)")
                    if shapes.updateValue(fields, forKey: name) != nil { return }
                }
                for field in object.fields { collect(field.shape) }
            case .list(let element, _), .map(let element), .nullable(let element):
                collect(element)
            default: break
            }
        }
        for endpoint in API.endpoints {
            if let body = endpoint.form.body { collect(body.shape) }
            for answer in endpoint.form.answers { answer.contents.forEach { collect($0.shape) } }
        }
    }

    @Test func isServedWithThePageOfIt() async throws {
        try await TestHost.with { host in
            let served = try await host.ask(.get, "/openapi.json")
            #expect(served.status == 200)
            #expect(served.json == OpenAPIDocument.make(endpoints: API.endpoints, version: "1.2.3"))
            let page = try await host.ask(.get, "/docs", headers: ["Accept-Language": "ru"])
            #expect(page.headers["content-language"] == "ru")
            #expect(page.text.contains("Устройства"))
            #expect(!page.text.contains("<script"))
            #expect(!page.text.contains("src="))
            let english = try await host.ask(.get, "/docs")
            #expect(english.text.contains("/api/v1/projects/{project}/devices"))
        }
    }
}
