/** The one place that names three.js's folder. Half a megabyte: import it dynamically, and only to show a model. */
export * from '../../vendor/three@0.187.0/three.js';
