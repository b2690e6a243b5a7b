@main enum Commline { static func main() {} }
