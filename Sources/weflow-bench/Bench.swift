internal import Foundation

/// The benchmark: weflow against what else reads the same store, both in one run, and what comes of it as a table.
@main
struct Bench {
    static func main() {
        do {
            guard let options = try Options(Array(CommandLine.arguments.dropFirst())) else {
                print(Options.help)
                return
            }
            try run(options)
        } catch {
            Workshop.say("error: \(error)")
            exit(error is Options.Failure ? 64 : 1)
        }
    }

    private static func run(_ options: Options) throws {
        let workshop = try Workshop(options)
        defer { workshop.close() }
        var lines: [Line] = []
        for suite in Suite.allCases where options.only.isEmpty || options.only.contains(suite) {
            Workshop.say("\(suite.rawValue) …")
            lines += try suite.lines(in: workshop)
        }
        print(Report.markdown(lines, machine: try Facts.lines(workshop, options), options))
        let missed = lines.filter { $0.met == false }.count
        if missed > 0 { Workshop.say("\(missed) of \(lines.count) goals missed") }
    }
}
