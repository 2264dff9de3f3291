import WeFlowCommands

/// Where the program starts.
@main
struct Start {
    static func main() async {
        await Weflow.main()
    }
}
