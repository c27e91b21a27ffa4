/** A small catalog with something retired in it. */
export const CATALOG = {
  version: 1,
  methods: [{ id: 'Filament', description: '' }, { id: 'Resin', description: '' }],
  printers: [
    { id: 'mk4s', name: 'Prusa MK4S', methods: ['Filament'], build_volume_mm: [250, 210, 220], active: true },
    { id: 'retired', name: 'Old', methods: ['Filament'], build_volume_mm: [100, 100, 100], active: false },
    { id: 'form3', name: 'Form 3', methods: ['Resin'], build_volume_mm: [145, 145, 175], active: true },
  ],
  materials: [
    { id: 'pla', name: 'PLA', method: 'Filament', price_per_gram_cents: 10, density_g_cm3: 1.24,
      colors: ['True Red', 'Blue'], active: true },
    { id: 'petg', name: 'PETG', method: 'Filament', price_per_gram_cents: 10, density_g_cm3: 1.27,
      colors: ['Blue', 'Black'], active: true },
    { id: 'wood', name: 'Wood', method: 'Filament', price_per_gram_cents: 30, density_g_cm3: null,
      colors: ['Oak'], active: false },
    { id: 'resin', name: 'Resin', method: 'Resin', price_per_gram_cents: 20, density_g_cm3: 1.1,
      colors: ['Clear'], active: true },
  ],
  minimum_charge_cents: 300,
  disciplines: ['Art', 'Other'],
  max_file_bytes: 52_428_800,
  min_file_bytes: 1024,
  extensions: ['.stl', '.obj', '.3mf'],
};
