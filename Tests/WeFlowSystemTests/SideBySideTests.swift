import Dispatch
import Testing
import WeFlowSystem

@Suite("Work side by side")
struct SideBySideTests {
    @Test("both pieces are under way at once, and both results come back")
    func both() {
        let (isOtherThere, isBodyThere) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let limit = DispatchTime.now() + .seconds(30)
        let (other, body) = sideBySide {
            isOtherThere.signal()
            return isBodyThere.wait(timeout: limit) == .success ? "other" : "late"
        } _: {
            isBodyThere.signal()
            return isOtherThere.wait(timeout: limit) == .success ? "body" : "late"
        }
        #expect(other == "other" && body == "body")
    }

    @Test("many pieces are done once each, and their results come in their order", arguments: [0, 1, 2, 3, 100])
    func many(_ count: Int) {
        #expect(sideBySide(count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
}
