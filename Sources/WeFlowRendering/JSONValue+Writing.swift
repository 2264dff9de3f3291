internal import WeFlowOutput
import WeFlowParameters
internal import WeFlowQuery

extension JSONValue {
    /// The value as JSON in one line.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.finish().array()
    }
}
