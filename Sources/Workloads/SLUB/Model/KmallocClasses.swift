import Recordings

/// Size classes of kmalloc (kmalloc_info in mm/slab_common.c): powers of two from 8 to 8192 bytes, 96 and 192. The page
/// allocator serves larger requests.
package enum KmallocClasses {
  /// Sizes of the classes in bytes, ascending.
  package static let sizes = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192]
  /// Size of the largest request that a class serves, in bytes.
  package static let largest = 8192

  /// Returns the size of the class that serves a request; `largest` for larger requests.
  package static func size(for bytes: Int) -> Int { sizes.first { $0 >= bytes } ?? largest }

  /// Returns the name of the normal (KMALLOC_NORMAL) cache of a class.
  static func name(_ size: Int) -> String { KmallocKind.normal.cacheName(bytes: size) }

  /// Returns the size of the class that a cache name denotes; nil if it is not the name of a kmalloc cache.
  static func size(named name: String) -> Int? { KmallocKind.parse(name)?.bytes }
}
