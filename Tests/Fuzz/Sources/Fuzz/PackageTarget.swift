@testable import Packaging

/// Packages of plugins, as `plugin install` reads them.
enum PackageTarget {
    static func run(_ input: [UInt8]) {
        do throws(PackagingError) {
            let package = try PluginPackage(parsing: input, name: "fuzz")
            Fuzz.insist(package.bytes == input, "two files are one package")
        } catch {
            Fuzz.insist(!error.problem.isEmpty && !error.remedy.isEmpty, "an error says nothing")
        }
    }
}
