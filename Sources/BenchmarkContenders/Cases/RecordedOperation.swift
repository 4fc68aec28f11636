/// Operation of a recording: an allocation of a number of bytes into a slot, or the free of a slot's object. 16 bytes.
package struct RecordedOperation {
  package var slot: UInt32
  /// Bytes to allocate; for a free the bytes that were allocated.
  package var bytes: UInt32
  /// Index of a named cache; `generalCache` for kmalloc; `freed` for a free.
  package var cache: UInt32
  package var cpu: UInt32

  package init(slot: UInt32, bytes: UInt32, cache: UInt32, cpu: UInt32) {
    (self.slot, self.bytes, self.cache, self.cpu) = (slot, bytes, cache, cpu)
  }

  /// Value of `cache` that makes the operation a free.
  package static let freed = generalCache - 1
}
