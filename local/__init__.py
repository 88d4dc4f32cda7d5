"""Everything that runs Tillbook on one machine; never deployed."""
