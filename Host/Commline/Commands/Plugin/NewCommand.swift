import Glibc
import Manifests

/// `commline plugin new`: a driver project that compiles and passes its check.
enum NewCommand {
    static let spec = CommandSpec(
        name: "plugin new", summary: "Writes a new driver project in C or Swift.",
        discussion: """
            The project has a manifest, a driver, a simulated device, a recorded exchange and a \
            Makefile, and is complete: make builds the library, make check proves it, make package \
            packs it. Nothing but the SDK folder is needed; SDK/README.md leads through it.

            example:
              commline plugin new acme-meter --lang c && make -C acme-meter check
            """,
        positionals: [
            PositionalSpec(
                name: "name", help: "The plugin's id, as acme-meter or com.acme.meter.")
        ],
        options: [
            .value("--lang", "c|swift", "The language of the driver."),
            .value(
                "--sdk", "DIR",
                "The SDK folder. Default: the one that lies beside this program."),
            .value("--into", "DIR", "Where the project's folder is made. Default: here."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        let name = arguments.positionals[0]
        guard Manifest.isPluginID(name), name.utf8.count <= 48 else {
            throw CommandFailure(
                "\"\(name)\" cannot be a plugin's name; write at most 48 lower-case letters, digits, "
                    + "'-' and '.', beginning with a letter or digit, such as acme-meter", .usage)
        }
        guard arguments.value("--lang") != nil else {
            throw ArgumentError.missingArgument("--lang c|swift", command: "plugin new")
        }
        let language = try arguments.choice("--lang", of: ["c", "swift"], default: "c")
        let project = DriverProject(
            id: name, language: language, sdk: try sdk(arguments.value("--sdk")),
            program: PluginPlaces.programFolder + "/commline")
        let folder = try project.write(into: arguments.value("--into") ?? ".")
        Terminal.write(
            """
            \(folder) is a driver in \(language == "c" ? "C" : "Swift"). Next:

              make -C \(folder)           builds the library
              make -C \(folder) check     proves that it is right, without a meter
              make -C \(folder) package   packs it for commline plugin install

            """)
        return .success
    }

    /// Finds the SDK: the one that is named, or the one that lies with this program.
    private static func sdk(_ named: String?) throws -> String {
        let own = PluginPlaces.programFolder
        let candidates =
            named.map { [$0] } ?? [
                own + "/../share/commline/SDK", own + "/SDK", own + "/../../../SDK",
            ]
        let found = candidates.first { access($0 + "/include/commline.h", R_OK) == 0 }
        guard let found, let path = PluginPlaces.resolved(found) else {
            throw CommandFailure(
                named.map { "--sdk \($0): there is no SDK (include/commline.h is missing)" }
                    ?? "no SDK lies beside this program; name its folder with --sdk DIR", .usage)
        }
        guard path.utf8.allSatisfy({ !" \t\"'\\$#:%;".utf8.contains($0) }) else {
            throw CommandFailure(
                "make cannot use the path \(path); move the SDK to a place without spaces, quotes "
                    + "and $ # : % ; in its path", .usage)
        }
        return path
    }
}
