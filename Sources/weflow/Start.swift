import WeFlowCommands

/// Where the program starts.
@main
struct Start {
    static func main() {
        Weflow.start()
    }
}
