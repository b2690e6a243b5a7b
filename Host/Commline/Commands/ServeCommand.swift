enum ServeCommand {
    static let spec = CommandSpec(name: "serve", summary: "Runs the host.", run: { _ in .success })
}
