public import WeFlowParameters
import WeFlowQuery

extension JSONWriter {
    /// Writes a value that was read or put together; its numbers stand as they are.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .string(let text): string(text)
        case .number(var text): text.withUTF8 { raw(UnsafeRawBufferPointer($0)) }
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(text: member.name)
                self.value(member.value)
            }
            endObject()
        }
    }
}
