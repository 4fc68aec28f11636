/// Event in the form that a recording stores: a shape, and the fields that a shape does not contain. Reading this form takes
/// less time than ``AllocationEvent``, because the fields of a shape are not copied into each event.
package struct RecordedEvent: BitwiseCopyable {
  /// Time in ticks of the recording's clock.
  package var time: UInt64
  /// Index into ``Recording/shapes``.
  package var shape: Int
  /// Slot of the object, or `AllocationEvent.noSlot`.
  package var slot: UInt32
  /// CPU of the event.
  package var cpu: UInt16
  /// Number of bytes in use of the object that ends; 0 if unknown.
  package var used: UInt32

  /// Creates an event. Its bytes in use are unknown by default.
  package init(time: UInt64, shape: Int, slot: UInt32, cpu: UInt16, used: UInt32 = 0) {
    (self.time, self.shape, self.slot, self.cpu, self.used) = (time, shape, slot, cpu, used)
  }
}
