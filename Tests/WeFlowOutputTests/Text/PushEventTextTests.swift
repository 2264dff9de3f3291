import Testing
import WeFlowParameters

@testable import WeFlowOutput

/// Events as lines for reading.
struct PushEventTextTests {
    private func text(_ line: String) -> String {
        var bytes = OutputBytes(capacity: 64)
        bytes.append(line)
        return pushEventText(bytes, zone: LocalZone { _ in 0 }, style: .plain)
    }

    @Test(arguments: [
        (
            #"{"event":"message.new","sourceName":"妈妈","content":"少放糖","timestamp":1776643500}"#,
            "2026-04-20 00:05:00  妈妈  少放糖\n"
        ),
        (
            #"{"event":"message.new","groupName":"爬山","sourceName":"林","content":"一\n二\u001b[2J","timestamp":0}"#,
            "1970-01-01 00:00:00  爬山  林  一 二\u{FFFD}[2J\n"
        ),
        (
            #"{"event":"message.revoke","sourceName":"Tom","content":"Tom recalled","timestamp":0}"#,
            "1970-01-01 00:00:00  Tom  recalled Tom recalled\n"
        ),
        (#"{"sessionId":"wxid_a"}"#, "wxid_a  \n"),
        ("no object\n", "no object\n"),
    ])
    func aLineForEach(line: String, wanted: String) {
        #expect(text(line) == wanted)
    }
}
