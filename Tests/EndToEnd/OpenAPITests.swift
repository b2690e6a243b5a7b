import Glibc
import Testing

/// The description of the API, judged by a validator that knows nothing of the product.
@Suite struct OpenAPITests {
    @Test func passesAPublicValidator() throws {
        let scratch = try Scratch()
        let host = try HostUnderTest(in: scratch)
        let answer = try host.call("GET", "/openapi.json", token: "")
        #expect(answer.status == 200)
        let file = try scratch.file("openapi.json", answer.body)
        let validator = try Child(
            Workplace.python, ["-m", "openapi_spec_validator", file], in: scratch)
        let (status, output) = try validator.finish()
        #expect(status == 0, "\(output) \(validator.errors)")
        #expect(output.contains("OK"))
    }

    @Test func isShownAsAPageWithoutTheInternet() throws {
        let host = try HostUnderTest(in: try Scratch())
        let answer = try host.call("GET", "/docs", token: "")
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"]?.hasPrefix("text/html") == true)
        for tag in ["src=\"http", "href=\"http", "src='http", "@import", "url(http"] {
            #expect(!answer.text.contains(tag), "loads something from elsewhere: \(tag)")
        }
    }
}
